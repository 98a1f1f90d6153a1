import type { IExecuteFunctions, IPollFunctions } from 'n8n-workflow';
import { readApp, type App } from '../../alipay/application/app';
import { localFault, type Outcome } from '../../alipay/errors/fault';

/** The application of the node's credential. Were this to throw, n8n would hand the input on as good items. */
export async function appOf(context: IExecuteFunctions | IPollFunctions): Promise<Outcome<App>> {
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
