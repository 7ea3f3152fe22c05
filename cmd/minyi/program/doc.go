// Package program puts the parts together: the ground that services stand on,
// the services, and who answers when one asks another.
//
// It owns the list of parts (modules.go), the list of all that services ask of
// each other (peers.go) and what each setting means to the part that it is for;
// takes in settings, a log and the carrier that takes the place of the real
// ones; gives out a program that starts and stops, its door, and the checks
// that tell beforehand whether it would start. Commands know nothing of
// services but their routes; services know nothing of each other.
package program
