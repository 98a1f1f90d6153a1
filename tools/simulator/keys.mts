/** The keys of the simulator. They are kept on disk, so that a saved credential stays valid. */
import {
	createPrivateKey,
	createPublicKey,
	generateKeyPairSync,
	randomBytes,
	randomUUID,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The default folder of the keys. */
export const KEYS_FOLDER = fileURLToPath(new URL('.keys', import.meta.url));

interface KeyPair {
	privateKey: KeyObject;
	publicKey: KeyObject;
}

export interface SimulatorKeys {
	/** The merchant's application: its private key signs requests. */
	application: KeyPair;
	/** Alipay: its private key signs responses. */
	alipay: KeyPair;
}

/**
 * Reads both pairs from `folder`, and creates missing keys (RSA-2048, PKCS#8 PEM, files 0600, folder 0700).
 * Throws an Error with the name of the file if a key is damaged.
 */
export function loadKeys(folder: string): SimulatorKeys {
	mkdirSync(folder, { recursive: true, mode: 0o700 });
	return { application: loadPair(folder, 'application'), alipay: loadPair(folder, 'alipay') };
}

/** A new RSA-2048 private key. This can take a large part of a second. */
export function newPrivateKey(): KeyObject {
	return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

/** Bare base64 DER on one line, the way Alipay's key tool prints keys: PKCS#8 or SPKI. */
export function bareKey(key: KeyObject): string {
	const type = key.type === 'private' ? 'pkcs8' : 'spki';
	return key.export({ format: 'der', type }).toString('base64');
}

/** The bare public key that belongs to a bare private one. */
export function publicHalf(privateKey: string): string {
	const der = Buffer.from(privateKey, 'base64');
	return bareKey(createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })));
}

/** The AES key, base64 of 16 bytes. Throws like loadKeys. */
export function loadEncryptKey(folder: string): string {
	const key = kept(folder, 'encrypt.key', () => randomBytes(16).toString('base64'));
	// Node skips characters that are not base64. Encoding the bytes again detects them.
	const bytes = Buffer.from(key, 'base64');
	if (bytes.length !== 16 || bytes.toString('base64') !== key)
		throw damaged(folder, 'encrypt.key', 'not base64 of 16 bytes');
	return key;
}

/** The pair with this name, created if it is missing. Throws like loadKeys. */
export function loadPair(folder: string, name: string): KeyPair {
	const file = `${name}.private.pem`;
	const pem = kept(folder, file, () =>
		newPrivateKey().export({ format: 'pem', type: 'pkcs8' }).toString(),
	);
	try {
		const privateKey = createPrivateKey(pem);
		if (privateKey.asymmetricKeyType !== 'rsa') throw new Error('not an RSA key');
		return { privateKey, publicKey: createPublicKey(privateKey) };
	} catch (error) {
		throw damaged(folder, file, (error as Error).message);
	}
}

/**
 * The text of a file that is created once. Two simulators may start at once. A link either creates the
 * whole file or finds the file of the other process. So no process reads half a key, and both read the
 * same file.
 */
export function kept(folder: string, name: string, make: () => string): string {
	const file = join(folder, name);
	const there = readIfThere(file);
	if (there !== undefined) return there;
	const draft = draftOf(file, make());
	try {
		linkSync(draft, file);
	} catch (error) {
		// EEXIST: the other process was first. Other errors: a file system without hard links.
		if ((error as NodeJS.ErrnoException).code !== 'EEXIST') renameSync(draft, file);
	} finally {
		rmSync(draft, { force: true });
	}
	return readFileSync(file, 'utf8');
}

/** Writes a file in one step, if it does not have this text already. */
export function publish(folder: string, name: string, text: string): void {
	const file = join(folder, name);
	if (readIfThere(file) !== text) renameSync(draftOf(file, text), file);
}

function draftOf(file: string, text: string): string {
	const draft = `${file}.${randomUUID()}`;
	writeFileSync(draft, text, { mode: 0o600 });
	return draft;
}

function damaged(folder: string, name: string, why: string): Error {
	return new Error(
		`The simulator's key file ${join(folder, name)} is damaged (${why}). ` +
			`Delete the folder ${folder} and start the simulator again. It creates new keys. ` +
			`Then enter the new keys in your credentials.`,
	);
}

function readIfThere(file: string): string | undefined {
	try {
		return readFileSync(file, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		throw error;
	}
}
