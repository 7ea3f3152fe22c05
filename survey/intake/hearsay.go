package intake

import "minyi/internal/table"

// hearsay counts, for the columns that no field took, the cells that name an
// audience in words: a list whose column has an unknown header is else taken
// for one of residents, silently.
type hearsay map[int]*heard

type heard struct{ audience, other int }

// hear counts one row. A bare 1 or 2 may be anything.
func (h *hearsay) hear(b *Binding, r table.Row) {
	if b.Has("audience") {
		return
	}
	if *h == nil {
		*h = hearsay{}
	}
	for _, i := range b.unread {
		if i >= len(r.Cells) || table.Clean(r.Cells[i]) == "" {
			continue
		}
		if (*h)[i] == nil {
			(*h)[i] = &heard{}
		}
		if said, ok := Audience(r.Cells[i]); ok && said != "" && len(table.Clean(r.Cells[i])) > 1 {
			(*h)[i].audience++
			continue
		}
		(*h)[i].other++
	}
}

// warnings names the columns of which nearly every filled cell is an audience.
func (h hearsay) warnings(header []string, b *Binding) []Problem {
	var found []Problem
	for _, i := range b.unread {
		if n := h[i]; n != nil && n.audience > 0 && n.other*10 <= n.audience {
			found = append(found, audienceUnread(header[i]))
		}
	}
	return found
}
