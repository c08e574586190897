package expression

// Words gives what stands before, between and behind the holes of a text: one piece more than there are holes, some of
// them empty.
func (t Text) Words() []string {
	words := []string{""}
	for _, p := range t.parts {
		if p.program != nil {
			words = append(words, "")
		} else {
			words[len(words)-1] += p.words
		}
	}
	return words
}

// Holes gives the values in the holes, in their order: a string, a float64, a bool, or nil for a hole whose expression
// fails. They spend the steps of one expression together, and are MaxText together at most: whole is false when values
// were left out for that.
func (t Text) Holes(v Values) (values []any, whole bool) {
	r, room := newRun(v), MaxText
	whole = true
	for _, p := range t.parts {
		if p.program == nil {
			continue
		}
		x, err := p.program.run(r)
		if err != nil {
			x = nil
		}
		if n := len(Show(x)); n > room {
			x, whole = nil, false
		} else {
			room -= n
		}
		values = append(values, x)
	}
	return values, whole
}
