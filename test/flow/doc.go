// Package flow tests the whole line across processes: the built binary, real
// sockets, a real store on disk, an independent SMSC, a real browser where a
// page is judged. It owns no code of the program; it takes in the binary that
// TestMain builds and gives out verdicts that no single package can give.
package flow
