// Package dict holds jieba's own dictionary and HMM model (MIT, see LICENSE),
// compressed and otherwise unchanged. It takes in nothing and gives out their
// text; the segmenter cuts with them, and masking weighs by them whether some
// characters are a name or ordinary words.
package dict

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
)

//go:embed jieba.dict.utf8.gz
var mainFile []byte

//go:embed hmm_model.utf8.gz
var hmmFile []byte

// Main gives the dictionary: "word frequency tag" a line.
func Main() ([]byte, error) { return unpack("dictionary", mainFile) }

// HMM gives the model by which words that the dictionary lacks are cut.
func HMM() ([]byte, error) { return unpack("HMM model", hmmFile) }

func unpack(what string, file []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("dict: unpack the embedded %s: %w", what, err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("dict: unpack the embedded %s: %w", what, err)
	}
	return b, nil
}
