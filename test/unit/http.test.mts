import { describe, expect, it } from 'vitest';
import { sendOver } from '../../nodes/shared/http.ts';
import { fault } from '../support/answers.mts';

const REQUEST = {
	method: 'POST' as const,
	url: 'https://proxy.example.com/gateway.do?sign=secret',
	headers: { 'content-type': 'application/x-www-form-urlencoded' },
	body: '',
};

/** What becomes of a request that ends with this error. */
const failing = async (message: string, code?: string) => {
	const error = Object.assign(new Error(message), { code });
	return fault(await sendOver(async () => await Promise.reject(error), REQUEST, 1_000));
};

describe('a way to the gateway that is closed', () => {
	it.each([
		[
			'an unknown authority',
			'unable to verify the first certificate',
			'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
			/TLS/,
		],
		[
			'a private authority',
			'self-signed certificate in certificate chain',
			'SELF_SIGNED_CERT_IN_CHAIN',
			/TLS/,
		],
		['an old certificate', 'certificate has expired', 'CERT_HAS_EXPIRED', /TLS/],
		[
			'the certificate of another host',
			"Hostname/IP does not match certificate's altnames",
			'ERR_TLS_CERT_ALTNAME_INVALID',
			/TLS/,
		],
		[
			'Allowed Domains without it',
			'Domain not allowed: This credential is restricted from accessing CERT.example.com. Only the following domains are allowed: a.cn',
			undefined,
			/Allowed Domains/,
		],
		[
			'an address that n8n blocks',
			'The request was blocked because it resolves to a restricted IP address',
			undefined,
			/SSRF/,
		],
		[
			'a host that n8n blocks',
			'The request was blocked because the destination hostname is restricted',
			undefined,
			/SSRF/,
		],
	])('%s is not asked again', async (_name, message, code, said) => {
		const found = await failing(message, code);
		expect(found).toMatchObject({
			...{ code: 'gateway-blocked', retryable: false, cause: 'configuration-invalid' },
		});
		expect(found.message).toMatch(said);
		expect(found.message).toContain('proxy.example.com');
		expect(JSON.stringify(found)).not.toContain('secret');
	});
});

describe('a network that may come back', () => {
	it.each([
		['nothing that listens', 'connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'],
		['a name that is not resolved', 'getaddrinfo ENOTFOUND cert.example.com', 'ENOTFOUND'],
		['a connection that broke off', 'read ECONNRESET', 'ECONNRESET'],
		['a proxy that says nothing known', 'unable to connect to certs.example.com', undefined],
		['no words at all', '', undefined],
	])('%s is asked again', async (_name, message, code) => {
		expect(await failing(message, code)).toMatchObject({
			...{ code: 'gateway-unreachable', retryable: true, cause: 'temporarily-unavailable' },
		});
	});
});
