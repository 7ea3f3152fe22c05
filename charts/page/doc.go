// Package page writes the overview and the verbatims page.
//
// It owns what staff see: the sections, their words in zh-CN and en, the
// filters as links, style and print form. Takes in figures as other services
// gave them, with the moment and the filter; gives out HTML, the same for the
// same input. It asks nobody, and a figure that could not be had is shown as
// such in its own section, never as a zero.
//
// Pages work without JavaScript; a small script only swaps sections whose
// content has changed.
package page
