/**
 * What GitHub runs and needs: no extra permission, and no external code that can change on its own.
 * actionlint checks in `npm run verify` that each workflow is valid and puts no external text into
 * a command.
 */
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FILES, textOf } from '../docs/pages.mts';

interface Step {
	uses?: string;
	run?: string;
	with?: Record<string, unknown>;
	env?: Record<string, string>;
}

interface Job {
	uses?: string;
	needs?: string | string[];
	environment?: string;
	permissions?: Record<string, string>;
	strategy?: { matrix: Record<string, unknown[]> };
	steps?: Step[];
	'timeout-minutes'?: number;
}

interface Workflow {
	on: Record<string, { tags?: string[] } | null>;
	permissions?: Record<string, string>;
	jobs: Record<string, Job>;
}

const FOLDER = '.github/workflows/';
const WORKFLOWS = [...FILES].filter((file) => file.startsWith(FOLDER));
const workflowOf = (name: string) => parse(textOf(FOLDER + name)) as Workflow;
const jobsOf = (file: string) => Object.entries((parse(textOf(file)) as Workflow).jobs);
const stepsOf = (file: string) => jobsOf(file).flatMap(([, { steps }]) => steps ?? []);
const { scripts, publishConfig, engines } = JSON.parse(textOf('package.json')) as {
	scripts: Record<string, string>;
	publishConfig: { provenance?: boolean };
	engines: { node: string };
};

/** Each `uses:` of a file as it is written, with its comment. */
const usesOf = (file: string) =>
	textOf(file)
		.split('\n')
		.map((line) => /^[\s-]*uses:\s*(.*)$/.exec(line)?.[1])
		.filter((uses) => uses !== undefined);

describe('the workflows', () => {
	it('are the ones that docs and settings name', () => {
		const names = WORKFLOWS.map((file) => file.slice(FOLDER.length)).sort();
		expect(names).toEqual([
			'ci.yml',
			'codeql.yml',
			'dependency-review.yml',
			'publish.yml',
			'scorecard.yml',
		]);
	});

	it('use the same commit of an action everywhere', () => {
		const commits = new Map<string, Set<string>>();
		for (const uses of WORKFLOWS.flatMap(usesOf)) {
			const [, repository, rest] = /^([^/]+\/[^/@]+)[^@]*@(.*)$/.exec(uses) ?? [];
			if (!repository || !rest) continue;
			commits.set(repository, (commits.get(repository) ?? new Set()).add(rest));
		}
		expect(commits.size).toBeGreaterThan(4);
		expect([...commits].filter(([, found]) => found.size > 1)).toEqual([]);
	});
});

describe.each(WORKFLOWS)('%s', (file) => {
	const workflow = parse(textOf(file)) as Workflow;

	it('pins each action by its commit, and names the version', () => {
		const loose = usesOf(file)
			.filter((uses) => !uses.startsWith('./'))
			.filter((uses) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(uses));
		expect(loose).toEqual([]);
	});

	it('runs scripts that package.json contains', () => {
		const called = stepsOf(file).flatMap(({ run = '' }) =>
			[...run.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(
				([, script, own]) => script ?? own ?? '',
			),
		);
		expect(called.filter((script) => scripts[script] === undefined)).toEqual([]);
	});

	it('runs existing files', () => {
		const called = stepsOf(file).flatMap(({ run = '' }) =>
			[...run.matchAll(/\bnode (\S+\.mjs)/g)].map(([, script = '']) => script),
		);
		const own = jobsOf(file).flatMap(([, { uses }]) => (uses ? [uses.replace('./', '')] : []));
		expect([...called, ...own].filter((name) => !FILES.has(name))).toEqual([]);
	});

	it('has only read permission by default, and each job that writes says so', () => {
		expect(workflow.permissions).toBeDefined();
		expect(Object.entries(workflow.permissions ?? {})).toEqual(
			file.endsWith('/publish.yml') ? [] : [['contents', 'read']],
		);
	});

	it('leaves no GitHub token in a checkout', () => {
		const checkouts = stepsOf(file).filter(({ uses }) => uses?.startsWith('actions/checkout@'));
		expect(checkouts.length).toBeGreaterThan(0);
		for (const { with: inputs } of checkouts) expect(inputs?.['persist-credentials']).toBe(false);
	});

	it('installs from the lock file, without scripts of a dependency', () => {
		const installs = stepsOf(file).flatMap(
			({ run = '' }) => run.match(/\bnpm (?:ci|i\w*)\b.*/g) ?? [],
		);
		expect(installs.filter((command) => command !== 'npm ci --ignore-scripts')).toEqual([]);
	});

	it('ends a job that hangs', () => {
		const endless = jobsOf(file).filter(([, job]) => !job.uses && !job['timeout-minutes']);
		expect(endless.map(([name]) => name)).toEqual([]);
	});

	it('names no registry, because npm knows its own', () => {
		expect(textOf(file)).not.toMatch(/registry[\w.-]*\.\w+\//);
	});
});

describe('ci.yml', () => {
	const { on, jobs } = workflowOf('ci.yml');

	it('runs for main, for each pull request, and for a release', () => {
		expect(Object.keys(on).sort()).toEqual(['pull_request', 'push', 'workflow_call']);
	});

	it('tests on each version line of Node.js from the oldest that package.json allows', () => {
		expect(jobs.test?.strategy?.matrix).toEqual({ node: [20, 22, 24] });
		expect(engines.node).toMatch(/^>=20\./);
	});

	it.each(['lint', 'typecheck', 'verify', 'demo', 'test', 'test:repository'])(
		'runs %s',
		(script) => {
			const commands = jobs.test?.steps?.map(({ run }) => run);
			expect(commands).toContain(script === 'test' ? 'npm test' : `npm run ${script}`);
		},
	);

	it('runs the tests in a real n8n', () => {
		expect(jobs.e2e?.steps?.map(({ run }) => run)).toContain('npm run test:e2e');
	});
});

describe('publish.yml', () => {
	const { on, jobs } = workflowOf('publish.yml');

	/** The jobs that have passed when this one begins. */
	const before = (name: string): string[] =>
		[jobs[name]?.needs ?? []].flat().flatMap((one) => [one, ...before(one)]);

	it('runs only for version tags', () => {
		expect(on).toEqual({ push: { tags: ['v*.*.*'] } });
	});

	it('lets only the job that publishes prove its identity', () => {
		const able = WORKFLOWS.flatMap((file) =>
			jobsOf(file)
				.filter(([, { permissions }]) => permissions?.['id-token'])
				.map(([name]) => `${file.slice(FOLDER.length)} ${name}`),
		);
		expect(able).toEqual(['publish.yml publish']);
		expect(jobs.publish?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
		expect(jobs.publish?.environment).toBe('npm');
	});

	it('publishes after the check of the tag and all of CI have passed', () => {
		expect(before('publish').sort()).toEqual(['check', 'tag']);
		expect(jobs.check?.uses).toBe(`./${FOLDER}ci.yml`);
		expect(jobs.tag?.steps?.map(({ run }) => run)).toContain(
			'node tools/build/release-notes.mjs "$GITHUB_REF_NAME"',
		);
	});

	it('releases and scans the published version, and only after publishing', () => {
		expect(before('scan')).toContain('publish');
		expect(before('github-release')).toContain('publish');
	});

	it('publishes from a fresh install, without files of an earlier run', () => {
		const node = jobs.publish?.steps?.find(({ uses }) => uses?.startsWith('actions/setup-node@'));
		expect(node?.with).toEqual({ 'node-version': 24, 'package-manager-cache': false });
	});

	it('shows the secret only to the steps that need it', () => {
		const shown = stepsOf(`${FOLDER}publish.yml`).filter((step) =>
			JSON.stringify(step).includes('secrets.'),
		);
		expect(shown.map(({ run }) => run?.match(/npm (?:run release|config set)/)?.[0])).toEqual([
			'npm config set',
			'npm run release',
		]);
	});

	it('is the only way to publish, because npm on a machine cannot sign provenance and refuses', () => {
		// n8n's guard is the script prepublishOnly, which ignore-scripts in .npmrc turns off.
		expect(publishConfig.provenance).toBe(true);
	});
});

describe('dependabot.yml', () => {
	const { version, updates } = parse(textOf('.github/dependabot.yml')) as {
		version: number;
		updates: Array<{
			'package-ecosystem': string;
			directory: string;
			schedule: { interval: string };
			cooldown: object;
			ignore?: Array<{ 'dependency-name': string }>;
			groups: Record<string, { patterns: string[] }>;
		}>;
	};
	const [npm, actions] = updates;
	const { devDependencies } = JSON.parse(textOf('package.json')) as {
		devDependencies: Record<string, string>;
	};
	const isOne = (pattern: string) =>
		Object.keys(devDependencies).some(
			(name) =>
				name === pattern || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))),
		);

	it('has the fields that GitHub requires', () => {
		expect(version).toBe(2);
		expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
		for (const { directory, schedule } of updates) {
			expect({ directory, ...schedule }).toMatchObject({ directory: '/', interval: 'weekly' });
		}
	});

	it('waits a week for every kind of version, because actions cannot wait by kind', () => {
		for (const { cooldown } of updates) expect(cooldown).toEqual({ 'default-days': 7 });
		expect(actions?.groups.actions?.patterns).toEqual(['*']);
	});

	it('names existing dependencies', () => {
		const named = [
			...(npm?.ignore ?? []).map((one) => one['dependency-name']),
			...Object.values(npm?.groups ?? {}).flatMap(({ patterns }) => patterns),
		];
		expect(named.filter((pattern) => !isOne(pattern))).toEqual([]);
	});

	it('updates the engine of n8n and its types together', () => {
		expect(npm?.groups.n8n?.patterns).toEqual(expect.arrayContaining(['n8n-core', 'n8n-workflow']));
	});
});

describe('the forms for issues', () => {
	interface Field {
		type: string;
		id?: string;
		attributes: {
			label?: string;
			value?: string;
			options?: Array<string | { label: string; required?: boolean }>;
		};
		validations?: { required: boolean };
	}
	const formOf = (name: string) =>
		parse(textOf(`.github/ISSUE_TEMPLATE/${name}.yml`)) as {
			name: string;
			description: string;
			body: Field[];
		};

	it.each(['bug', 'idea'])('%s has the fields that GitHub requires', (name) => {
		const form = formOf(name);
		expect(form.name).toEqual(expect.any(String));
		expect(form.description).toEqual(expect.any(String));
		const ids = form.body.flatMap(({ id }) => id ?? []);
		expect(new Set(ids).size).toBe(ids.length);
		for (const { type, id, attributes } of form.body) {
			expect(['markdown', 'input', 'textarea', 'dropdown', 'checkboxes']).toContain(type);
			if (type === 'markdown') expect(attributes.value).toEqual(expect.any(String));
			else
				expect({ id, ...attributes }).toMatchObject({
					id: expect.any(String),
					label: expect.any(String),
				});
			if (['dropdown', 'checkboxes'].includes(type)) {
				expect(attributes.options?.length).toBeGreaterThan(0);
			}
		}
	});

	it('require the versions, and a confirmation that no secret is included', () => {
		const { body } = formOf('bug');
		const required = body.filter(({ validations }) => validations?.required).map(({ id }) => id);
		expect(required).toEqual(['version', 'n8n', 'runs', 'part', 'what']);
		const box = body.find(({ type }) => type === 'checkboxes')?.attributes.options?.[0];
		expect(box).toMatchObject({ required: true, label: expect.stringContaining('private key') });
	});

	it('send reports that belong elsewhere to the right place', () => {
		const config = parse(textOf('.github/ISSUE_TEMPLATE/config.yml')) as {
			blank_issues_enabled: boolean;
			contact_links: Array<{ name: string; url: string; about: string }>;
		};
		expect(config.blank_issues_enabled).toBe(false);
		for (const link of config.contact_links) {
			expect(Object.keys(link).sort()).toEqual(['about', 'name', 'url']);
			expect(link.url).toMatch(/^https:\/\//);
		}
		expect(config.contact_links.map(({ url }) => new URL(url).pathname)).toEqual([
			expect.stringMatching(/\/security\/advisories\/new$/),
			'/',
			'/',
		]);
	});
});
