package agent

// Occupy takes all slots of a hasher until free is called, so that a test sees who would compute a hash.
func (h *Hasher) Occupy() (free func()) {
	for range hashSlots {
		h.slots <- struct{}{}
	}
	return func() {
		for range hashSlots {
			<-h.slots
		}
	}
}
