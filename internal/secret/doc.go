// Package secret keeps personal data unreadable at rest: it seals fields with
// AES-256-GCM, gives keyed blind indexes for look-up by equality, and keyed
// hashes for tokens.
//
// It owns the key ring (a file or setting with key ids, so that keys rotate);
// takes in plain text, gives out text that any store can hold. Losing the ring
// loses every sealed field: it belongs in the backup, apart from the data.
package secret
