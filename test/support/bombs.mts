import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Bombs {
	/** The address of a gateway with this response: see bombGateway.mts. */
	url: (kind: string, status?: number) => string;
	/** The address of a gateway with this response to certificate downloads. */
	downloadUrl: (kind: string) => string;
	/** The number of open connections, and the methods that were called so far. */
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
