package canvas

// shortcut is a key of the canvas; its words stand under "canvas.key."+name.
type shortcut struct {
	name string
	keys []string
}

// shortcuts lists the keys that ui/island/canvas/keyboard.ts knows.
func shortcuts() []shortcut {
	return []shortcut{
		{"next", []string{"Tab"}},
		{"walk", []string{"Alt", "← → ↑ ↓"}},
		{"open", []string{"Enter"}},
		{"add", []string{"A"}},
		{"edges", []string{"E"}},
		{"move", []string{"← → ↑ ↓"}},
		{"delete", []string{"Backspace"}},
		{"undo", []string{"Ctrl", "Z"}},
		{"redo", []string{"Ctrl", "Shift", "Z"}},
		{"copy", []string{"Ctrl", "C / V"}},
		{"duplicate", []string{"Ctrl", "D"}},
		{"all", []string{"Ctrl", "A"}},
		{"frame", []string{"Shift"}},
		{"free", []string{"Alt"}},
		{"zoom", []string{"+ / −"}},
		{"full", []string{"0"}},
		{"fit", []string{"F"}},
		{"palette", []string{"/"}},
		{"save", []string{"Ctrl", "S"}},
		{"escape", []string{"Esc"}},
	}
}
