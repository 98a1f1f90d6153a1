import { describe, expect, it } from 'vitest';
import { METHOD, app, envelope, fault, http, readResponse, words } from '../support/responses.mts';

const SIGNED_SUCCESS = envelope('{"code":"10000","msg":"Success"}');
const read = (status: number) =>
	fault(readResponse(http(SIGNED_SUCCESS, { status }), METHOD, app()));

const PROXY_SIGN_IN = /username and a password.*HTTPS_PROXY.*http:\/\/USER:PASSWORD@HOST:PORT/;
const REDIRECT = /redirect.*does not follow it.*Gateway URL.*sign-in page/;
const REFUSED = /refused.*proxy, a firewall or your own gateway does/;
const NOWHERE = /no Alipay gateway at this address.*Gateway URL/;
const OTHER = /status that Alipay does not use.*Environment.*Gateway URL.*proxy/;
const LATER = /Try again in a few minutes/;

const each = (statuses: number[], code: string, says: RegExp) =>
	statuses.map((status): [number, string, RegExp] => [status, code, says]);

describe('an HTTP status other than 200', () => {
	it.each<[status: number, code: string, says: RegExp]>([
		[407, 'gateway-http-status', PROXY_SIGN_IN],
		...each([300, 301, 302, 303, 304, 307, 308, 399], 'gateway-http-status', REDIRECT),
		...each([401, 403, 451], 'gateway-http-status', REFUSED),
		...each([404, 405, 410], 'gateway-http-status', NOWHERE),
		...each([100, 201, 204, 400, 402, 406, 408, 413, 418, 431], 'gateway-http-status', OTHER),
		[429, 'gateway-busy', LATER],
		...each([500, 502, 503, 504, 599, 999], 'gateway-unavailable', LATER),
		[511, 'gateway-unavailable', /network requires a sign-in.*Sign in to the network/],
	])('%i is %s, regardless of the body', (status, code, says) => {
		const found = read(status);
		expect(found).toMatchObject({ code, signature_verified: false });
		expect(words(found)).toMatch(says);
		expect(found.message).toContain(`(HTTP status ${status})`);
	});

	it('can be temporary only from 500 up and for 429', () => {
		const statuses = [301, 401, 403, 404, 407, 429, 451, 500, 503, 511];
		expect(statuses.filter((status) => read(status).retryable)).toEqual([429, 500, 503, 511]);
	});
});
