/** The keys of the simulated world, kept on disk so that a saved credential stays good. */
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

/** Where they are kept unless another folder is named. */
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

/** The bare public key that belongs to a bare private one. */
export function publicHalf(privateKey: string): string {
	const der = Buffer.from(privateKey, 'base64');
	return bareKey(createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })));
}

/** The AES key, base64 of 16 bytes. Throws like loadKeys. */
export function loadEncryptKey(folder: string): string {
	const key = kept(folder, 'encrypt.key', () => randomBytes(16).toString('base64'));
	// Written back, it must be the same: Node skips what is no base64.
	const bytes = Buffer.from(key, 'base64');
	if (bytes.length !== 16 || bytes.toString('base64') !== key)
		throw damaged(folder, 'encrypt.key', 'not base64 of 16 bytes');
	return key;
}

/** The pair of that name, made when it is missing. Throws like loadKeys. */
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
 * The text of a file that is made once. Two simulators may start at once. A link either puts the
 * whole file in place or finds another's, so no process reads half a key, and reading back gives
 * both the winner's.
 */
export function kept(folder: string, name: string, make: () => string): string {
	const file = join(folder, name);
	const there = readIfThere(file);
	if (there !== undefined) return there;
	const draft = draftOf(file, make());
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

/** Puts a file in place whose text follows from the keys, in one move, unless it is there already. */
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
			`Delete the folder ${folder} and start again: new keys are made, ` +
			`and credentials with the old ones must be filled in again.`,
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
