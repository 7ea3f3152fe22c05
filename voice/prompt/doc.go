// Package prompt makes and checks what is played on the telephone.
//
// It takes in WAV files of announcers, in any common form, and text; it gives
// out clips of 8 kHz mono A-law at one loudness, with the measures by which an
// operator sees what is wrong with a file. Text is written out in words first
// (dates, numbers, keys), because synthesisers read 12345 as a quantity.
// Engines are a local command (espeak-ng, for trying out) or an HTTP service.
package prompt
