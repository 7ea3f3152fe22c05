package nlptest

import "testing"

func TestBigramsPassTheContract(t *testing.T) { Contract(t, Bigrams{}) }
