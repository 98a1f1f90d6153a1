/** The two RSA key pairs of the simulated world, kept on disk so that a saved credential stays good. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface KeyPair {
	privateKey: KeyObject;
	publicKey: KeyObject;
}

export interface SimulatorKeys {
	/** The merchant's application: its private key signs requests. */
	application: KeyPair;
	/** Alipay: its private key signs answers. */
	alipay: KeyPair;
}

/**
 * Reads both pairs from `folder`, making what is missing (RSA-2048, PKCS#8 PEM, files 0600, folder
 * 0700). Throws an Error that names the file when one of them is damaged.
 */
export function loadKeys(folder: string): SimulatorKeys {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	return { application: loadPair(folder, 'application'), alipay: loadPair(folder, 'alipay') };
}

/** A fresh RSA-2048 private key. Takes a noticeable fraction of a second. */
export function newPrivateKey(): KeyObject {
	return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

/** Bare base64 DER on one line, the way Alipay's key tool prints keys: PKCS#8 or SPKI. */
export function bareKey(key: KeyObject): string {
	const type = key.type === 'private' ? 'pkcs8' : 'spki';
	return key.export({ format: 'der', type }).toString('base64');
}

function loadPair(folder: string, name: string): KeyPair {
	const file = join(folder, `${name}.private.pem`);
	const pem = readIfThere(file) ?? makeKeyFile(file);
	try {
		const privateKey = createPrivateKey(pem);
		if (privateKey.asymmetricKeyType !== 'rsa') throw new Error('not an RSA key');
		return { privateKey, publicKey: createPublicKey(privateKey) };
	} catch (error) {
		throw new Error(
			`The simulator's key file ${file} is damaged (${(error as Error).message}). ` +
				`Delete the folder ${folder} and start again: new keys are made, ` +
				`and credentials with the old ones must be filled in anew.`,
		);
	}
}

function readIfThere(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}

/**
 * Two simulators may start at once. A link either puts the whole file in place or finds another's,
 * so nobody ever reads half a key, and reading back gives both the winner's.
 */
function makeKeyFile(file: string): string {
	const draft = `${file}.${randomUUID()}`;
	writeFileSync(draft, newPrivateKey().export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
	try {
		linkSync(draft, file);
	} catch (error) {
		// EEXIST: the other one was first. Anything else: a file system without hard links.
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(draft, file);
	} finally {
		rmSync(draft, { force: true });
	}
	return readFileSync(file, 'utf8');
}
