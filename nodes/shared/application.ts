import type { IExecuteFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';
import { readApp, type App } from '../../alipay/application/app';
import { localFault, type Outcome } from '../../alipay/errors/fault';

/** The application of the node's credential. Never throws: after an exception, n8n would output the input as good items. */
export async function appOf(
	context: IExecuteFunctions | IPollFunctions | IWebhookFunctions,
): Promise<Outcome<App>> {
	try {
		return readApp(await context.getCredentials('alipayApi'), Date.now());
	} catch (error) {
		return localFault(
			'invalid-credential',
			`The credential of the node cannot be read: ${(error as Error).message}`,
			'Choose an "Alipay API" credential in the node.',
		);
	}
}
