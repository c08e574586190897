package live

import (
	"bytes"
	"context"
	"encoding/json"

	"foyer/runtime/chat"
	"foyer/runtime/event"
	"foyer/ui/kit/text"
)

// said puts a sentence that the flow says by key into the reader's language. What people typed is left alone.
func said(ctx context.Context, f event.Frame) event.Frame {
	if f.Type != chat.FramePosted || !bytes.Contains(f.Data, []byte(`"text":"key:`)) {
		return f
	}
	data := map[string]any{}
	if json.Unmarshal(f.Data, &data) != nil || data["from"] != string(chat.FromFlow) {
		return f
	}
	key, _ := data["text"].(string)
	data["text"] = text.Said(ctx, key)
	if raw, err := json.Marshal(data); err == nil {
		f.Data = raw
	}
	return f
}
