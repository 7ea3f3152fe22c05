package page

import (
	"maps"
	"slices"
)

// Keys lists the catalogue's keys in order.
func Keys() []string { return slices.Sorted(maps.Keys(catalogue)) }
