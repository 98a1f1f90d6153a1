/** A headless Chromium in n8n's editor, and the moves of somebody who works there. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, selectors } from 'playwright-core';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { openStage } from './stage.mts';
import type { Stage } from './stage.mts';

/** An element as code in the browser has it. This project runs on Node.js and has no types of pages. */
export interface PageElement {
	type?: string;
	textContent: string;
	dataset: Record<string, string | undefined>;
	scrollWidth: number;
	clientWidth: number;
	scrollHeight: number;
	clientHeight: number;
	ownerDocument: {
		defaultView: { getComputedStyle: (element: PageElement) => Record<string, string> };
	};
	querySelectorAll: (selector: string) => Iterable<PageElement>;
	getClientRects: () => { length: number };
	getBoundingClientRect: () => { top: number };
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const FLAGS = [
	'--headless',
	'--no-sandbox',
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** `SCREENSHOTS=docs/images` renews the pictures of the docs. */
const PICTURES = process.env.SCREENSHOTS ?? 'test/.report/screens';
const FAILURES = 'test/.report/screens';
/** Toasts come and go, and a window stands before a darkened page with the neighbours' icons. */
const FOR_PICTURES = `
	.el-notification, [data-test-id=floating-nodes], [data-test-id=execute-workflow-button] { display: none !important; }
	.el-overlay, [data-test-id=ndv-backdrop] { background: white !important; }`;

/** Generous: several n8n may share the machine. */
const PATIENCE_MS = 30_000;
/** How long what the page has begun is waited for. */
export const PATIENTLY = { timeout: PATIENCE_MS, interval: 200 };

export interface Chromium {
	/** A new window, signed in. */
	visit: () => Promise<Editor>;
	close: () => Promise<void>;
}

function browserFile(): string {
	const folders = (process.env.PATH ?? '').split(path.delimiter);
	const files = folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name)));
	const found = process.env.CHROMIUM ?? files.find((file) => existsSync(file));
	if (found) return found;
	throw new Error(
		'No Chromium was found on the PATH. Install one (Debian: apt install chromium), or name its file in the variable CHROMIUM.',
	);
}

export async function openChromium({
	client,
	account,
}: Pick<Stage, 'client' | 'account'>): Promise<Chromium> {
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath: browserFile(), args: FLAGS });
	// One for all: a new one would load the whole editor again.
	const context = await browser.newContext({
		baseURL: client.url,
		colorScheme: 'light',
		viewport: { width: 1280, height: 800 },
	});
	context.setDefaultTimeout(PATIENCE_MS);
	const page = await context.newPage();
	await page.goto('/signin');
	await page.locator('input[name=emailOrLdapLoginId]').fill(account.email);
	await page.locator('input[type=password]').fill(account.password);
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/(home|workflow)/);
	await page.close();
	return {
		visit: async () => new Editor(await context.newPage()),
		close: async () => await browser.close(),
	};
}

/** Of the test file that calls `inBrowser`: its n8n, and the editor of the test that runs. */
export let stage: Stage;
export let editor: Editor;

/** An n8n for the test file and an editor for each of its tests; a test that fails leaves a picture. */
export function inBrowser(): void {
	let browser: Chromium;
	beforeAll(async () => {
		stage = await openStage();
		browser = await openChromium(stage);
	});
	afterAll(async () => {
		await browser?.close();
		await stage?.close();
	});
	beforeEach(async () => {
		editor = await browser.visit();
	});
	afterEach(async ({ task }) => {
		if (task.result?.state === 'fail') await editor.evidence(task.name);
		await editor.close();
	});
}

export class Editor {
	constructor(readonly page: Page) {}

	get parameters() {
		return this.page.getByTestId('node-parameters');
	}

	get input() {
		return this.page.getByTestId('ndv-input-panel');
	}

	get output() {
		return this.page.getByTestId('output-panel');
	}

	/** The window of a node. */
	get details() {
		return this.page.getByTestId('ndv');
	}

	/** The window of a credential. */
	get credential() {
		return this.page.getByTestId('editCredential-modal');
	}

	async openWorkflow(id: string) {
		await this.page.goto(`/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	node(name: string) {
		return this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	async openNode(name: string) {
		await this.node(name).dblclick();
		await this.details.waitFor();
	}

	async closeNode() {
		await this.page.getByTestId('ndv-close-button').click();
		await this.details.waitFor({ state: 'hidden' });
	}

	/** Opens the node and executes it from its own panel. */
	async executeStep(name: string) {
		await this.openNode(name);
		await this.page.getByTestId('node-execute-button').click();
	}

	/** Everything below one label, of a node or of a credential. */
	parameter(name: string) {
		return this.page.getByTestId(`parameter-input-${name}`);
	}

	/** What one types into. */
	field(name: string) {
		return this.parameter(name).locator('input, textarea');
	}

	/** Whether the browser shows dots in place of what is typed there. */
	async isMasked(parameter: string): Promise<boolean> {
		return await this.field(parameter).evaluate(
			(field: PageElement) =>
				field.type === 'password' ||
				field.ownerDocument.defaultView.getComputedStyle(field).webkitTextSecurity === 'disc',
		);
	}

	async choose(parameter: string, option: string) {
		await this.parameter(parameter).click();
		await this.option(option).click();
	}

	/** An entry of the list that is open. */
	option(name: string) {
		const headline = this.page.getByText(name, { exact: true });
		return this.page.getByRole('option').filter({ has: headline });
	}

	get titles() {
		return this.parameters.locator('label [class*=_title_]:visible');
	}

	/** The labels of the form, in order. */
	async labels(): Promise<string[]> {
		return (await this.titles.allInnerTexts()).map((text) => text.trim());
	}

	async showOutputAs(view: 'schema' | 'table' | 'json') {
		await this.output.getByTestId(`radio-button-${view}`).click();
	}

	/** The items of the JSON view. */
	async outputJson(): Promise<object[]> {
		await this.showOutputAs('json');
		const text = await this.output.locator('.vjs-tree').innerText();
		return JSON.parse(text.replaceAll('\u00a0', ' ')) as object[];
	}

	/** The words in `target` whose end n8n hides for want of room. */
	async cutOff(target: Locator): Promise<string[]> {
		return await target.evaluateAll((targets: PageElement[]) =>
			targets
				.flatMap((one) => [one, ...one.querySelectorAll('*')])
				.filter((element) => {
					const { overflowX, overflowY } =
						element.ownerDocument.defaultView.getComputedStyle(element);
					return (
						element.getClientRects().length > 0 &&
						((overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) ||
							(overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1))
					);
				})
				.map((element) => element.textContent.trim()),
		);
	}

	/** A picture for the docs, of one element or its upper part. */
	async picture(name: string, target: Locator, maxHeight = Infinity) {
		const box = await target.boundingBox();
		if (!box) throw new Error(`There is nothing to see of ${name}`);
		await this.pictureOf(name, { ...box, height: Math.min(box.height, maxHeight) });
	}

	/** A picture of the nodes on the canvas. */
	async pictureOfCanvas(name: string) {
		const nodes = await this.page.getByTestId('canvas-node').all();
		const boxes = (await Promise.all(nodes.map(async (node) => await node.boundingBox()))).filter(
			(box) => !!box,
		);
		const [left, top] = [
			Math.min(...boxes.map(({ x }) => x)),
			Math.min(...boxes.map(({ y }) => y)),
		];
		const right = Math.max(...boxes.map(({ x, width }) => x + width));
		const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
		// Room for the bolt of a trigger, the names below and the plus behind the last node.
		const box = { x: left - 50, y: top - 30, width: right - left + 190 };
		await this.pictureOf(name, { ...box, height: bottom - top + 90 });
	}

	private async pictureOf(
		name: string,
		clip: { x: number; y: number; width: number; height: number },
	) {
		// Nothing hovered, nothing in focus.
		await this.page.mouse.move(0, 0);
		await this.page
			.locator(':focus')
			.blur({ timeout: 500 })
			.catch(() => undefined);
		await this.page.screenshot({
			path: path.join(PICTURES, `${name}.png`),
			clip,
			animations: 'disabled',
			caret: 'hide',
			style: FOR_PICTURES,
		});
	}

	/** The window as it is, to see why a test failed. */
	async evidence(test: string) {
		const file = `${test.replace(/[^\p{L}\p{N}]+/gu, '-')}.png`;
		await this.page.screenshot({ path: path.join(FAILURES, file) });
	}

	async close() {
		await this.page.close();
	}
}
