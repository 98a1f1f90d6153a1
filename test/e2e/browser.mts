/** A headless Chromium in n8n's editor, and the actions of a person who works there. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium, selectors } from 'playwright-core';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { openStage } from './stage.mts';
import type { Stage, StageOptions } from './stage.mts';

/** An element as code in the browser sees it. This project runs on Node.js and has no DOM types. */
export interface PageElement {
	type?: string;
	textContent: string;
	click: () => void;
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

/** `SCREENSHOTS=docs/images` updates the pictures of the docs. */
const PICTURES = process.env.SCREENSHOTS ?? 'test/.report/screens';
const FAILURES = 'test/.report/screens';
/** A message of n8n in a corner of the window. */
export const TOAST = '.el-notification';
/**
 * Toasts come and go, and a window appears in front of a dark page with the icons of its neighbors.
 */
const FOR_PICTURES = `
	${TOAST}, [data-test-id=floating-nodes], [data-test-id=execute-workflow-button] { display: none !important; }
	.el-overlay, [data-test-id=ndv-backdrop] { background: white !important; }`;

const VIEWPORT = { width: 1280, height: 800 };
/** A page of n8n that shows no workflow, credential or list. */
const EMPTY_PAGE = '/settings/personal';

/** Generous, because several n8n processes can share the machine. */
const PATIENCE_MS = 60_000;
/** The maximum wait for an action of the page. */
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
	// One for all, because a new one would load the whole editor again.
	const context = await browser.newContext({
		baseURL: client.url,
		colorScheme: 'light',
		viewport: VIEWPORT,
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

/** For the test file that calls `inBrowser`: its n8n, and the editor of the current test. */
export let stage: Stage;
export let editor: Editor;

/**
 * An n8n for the surrounding tests, and an editor for each of them. A failed test leaves a picture and its editor
 * is closed. After other tests, the next one may get the same editor, on an empty page.
 */
export function inBrowser(options?: StageOptions): void {
	let browser: Chromium;
	let isReady = false;
	beforeAll(async () => {
		stage = await openStage(options);
		browser = await openChromium(stage);
	});
	afterAll(async () => {
		await browser?.close();
		await stage?.close();
	});
	beforeEach(async () => {
		if (!isReady) editor = await browser.visit();
	});
	afterEach(async ({ task }) => {
		const hasFailed = task.result?.state === 'fail';
		if (hasFailed) await editor.evidence(task.name);
		isReady = !hasFailed && (await editor.clear().catch(() => false));
		if (!isReady) await editor.close();
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

	/**
	 * Opens a page of n8n, by n8n's own router if the editor is loaded already. To load it takes ten times as long.
	 */
	async go(address: string) {
		const { page } = this;
		if (page.url() === 'about:blank') await page.goto(address);
		else {
			const router = "document.getElementById('app').__vue_app__.config.globalProperties.$router";
			// `void`, because n8n may ask whether to save the workflow first.
			await page.evaluate(`void ${router}.push(${JSON.stringify(address)})`);
		}
	}

	async openWorkflow(id: string) {
		await this.go(`/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
	}

	/**
	 * Leaves the workflow without saving it. Returns false if the editor is not as good as new then, because the window
	 * of a credential would stay open.
	 */
	async clear(): Promise<boolean> {
		const { page } = this;
		if (await this.credential.isVisible()) return false;
		if (await this.details.isVisible()) await this.closeNode();
		await page.setViewportSize(VIEWPORT);
		await this.go(EMPTY_PAGE);
		const arrived = page.getByTestId('personal-settings-container');
		const unsaved = page.getByRole('button', { name: 'Leave without saving' });
		await arrived.or(unsaved).first().waitFor();
		if (await unsaved.isVisible()) await unsaved.click();
		await arrived.waitFor();
		// At once, because a toast also goes away by itself.
		await page.locator(`${TOAST}__closeBtn`).evaluateAll((buttons: PageElement[]) => {
			for (const button of buttons) button.click();
		});
		return true;
	}

	node(name: string) {
		return this.page.locator(`[data-test-id=canvas-node][data-node-name="${name}"]`);
	}

	async openNode(name: string) {
		await this.node(name).dblclick();
		await this.details.waitFor();
	}

	async closeNode() {
		const { page } = this;
		// n8n 1 has "Back to canvas".
		await page.getByTestId('ndv-close-button').or(page.getByTestId('back-to-canvas')).click();
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

	/** The element that a person types into. */
	field(name: string) {
		return this.parameter(name).locator('input, textarea');
	}

	/** Whether the browser shows dots in place of the typed text. */
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

	/** Adds a field to a collection, by the text on its button. */
	async add(button: string, field: string) {
		await this.page.getByPlaceholder(button).click();
		await this.option(field).click();
	}

	/** Drags a column of the input onto a parameter. */
	async dragColumn(column: string, parameter: string) {
		const { mouse } = this.page;
		const from = await this.input.locator(`[data-name="${column}"]`).first().boundingBox();
		const to = await this.parameter(parameter).boundingBox();
		if (!from || !to) throw new Error(`${column} or ${parameter} is not there to be dragged`);
		await mouse.move(from.x + 20, from.y + from.height / 2);
		await mouse.down();
		await mouse.move(from.x + 60, from.y + 20, { steps: 5 });
		await mouse.move(to.x + 60, to.y + to.height / 2, { steps: 10 });
		await mouse.up();
	}

	/** An entry of the open list. */
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
		// n8n draws it line by line.
		for (const deadline = Date.now() + 15_000; ; await delay(200)) {
			const text = await this.output.locator('.vjs-tree').innerText();
			try {
				return JSON.parse(text.replaceAll('\u00a0', ' ')) as object[];
			} catch (error) {
				if (Date.now() > deadline) throw error;
			}
		}
	}

	/** The button is inside, and disabled until n8n has noticed the typed text. */
	async saveCredential() {
		await this.credential.getByTestId('credential-save-button').getByRole('button').click();
	}

	/** Ctrl-V at the cursor. */
	async paste(text: string) {
		await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
		await this.page.keyboard.press('ControlOrMeta+v');
	}

	/** The words in `target` whose end n8n cuts off because of the width. */
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

	/** A picture of the nodes on the canvas, with this many pixels below the lowest. */
	async pictureOfCanvas(name: string, below = 60) {
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
		// Space for the bolt of a trigger, the names below and the plus after the last node.
		const box = { x: left - 50, y: top - 30, width: right - left + 190 };
		await this.pictureOf(name, { ...box, height: bottom - top + 30 + below });
	}

	private async pictureOf(
		name: string,
		clip: { x: number; y: number; width: number; height: number },
	) {
		// Nothing is hovered or in focus.
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
