import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Bombs {
	/** The gateway that answers so: see bombGateway.mts. */
	url: (kind: string, status?: number) => string;
	/** The gateway whose downloads of a certificate are answered so. */
	downloadUrl: (kind: string) => string;
	/** How many connections are open, and the methods that were called so far. */
	look: () => Promise<{ connections: number; methods: string[] }>;
	close: () => void;
}

/** Starts bombGateway.mts. */
export async function startBombs(simulatorUrl = ''): Promise<Bombs> {
	const file = fileURLToPath(new URL('bombGateway.mts', import.meta.url));
	const child = fork(file, [simulatorUrl], { execArgv: ['--import', 'tsx'] });
	const [{ port }] = (await once(child, 'message')) as [{ port: number }];
	const origin = `http://127.0.0.1:${port}`;
	return {
		url: (kind, status = 200) => `${origin}/${kind}/${status}`,
		downloadUrl: (kind) => `${origin}/download/${kind}`,
		look: async () => {
			child.send('look');
			return (await once(child, 'message'))[0];
		},
		close: () => void child.kill(),
	};
}
