package canvas_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"foyer/runtime/secret"
)

// drawer keeps secrets in memory.
type drawer struct {
	mu     sync.Mutex
	values map[string]string
	by     string
	used   bool
}

func (d *drawer) Keep(_ context.Context, by, value string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if value == "" {
		return "", secret.ErrValue
	}
	if d.values == nil {
		d.values = map[string]string{}
	}
	id := fmt.Sprint("sec_", len(d.values)+1)
	d.values[id], d.by = value, by
	return id, nil
}

func (d *drawer) Replace(_ context.Context, by, id, value string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.values[id]; !ok {
		return secret.ErrNotFound
	}
	d.values[id], d.by = value, by
	return nil
}

func (d *drawer) Delete(_ context.Context, by, id string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, ok := d.values[id]; !ok {
		return secret.ErrNotFound
	}
	if d.used {
		return secret.ErrUsed
	}
	delete(d.values, id)
	return nil
}

func TestSecrets(t *testing.T) {
	s := open(t, example())
	status, header, body := s.call(t, "POST", "f1/edit/secrets", `{"value":"Bearer 一二三"}`)
	if status != 201 || body != `{"id":"sec_1"}`+"\n" || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		t.Fatalf("%d %s", status, body)
	}
	if s.secrets.values["sec_1"] != "Bearer 一二三" || s.secrets.by != "李雷" {
		t.Errorf("kept %v by %s", s.secrets.values, s.secrets.by)
	}
	if status, _, body := s.call(t, "PUT", "f1/edit/secrets/sec_1", `{"value":"another"}`); status != 204 || body != "" {
		t.Errorf("replacing answers %d %s", status, body)
	}
	if s.secrets.values["sec_1"] != "another" {
		t.Errorf("kept %v", s.secrets.values)
	}
	for _, path := range []string{"f1/edit/secrets", "f1/edit/secrets/sec_1"} {
		if status, _, body := s.call(t, "GET", path, ""); status < 400 || strings.Contains(body, "another") {
			t.Errorf("%s can be read: %d %s", path, status, body)
		}
	}
	s.secrets.used = true
	if status, _, _ := s.call(t, "DELETE", "f1/edit/secrets/sec_1", ""); status != 409 || len(s.secrets.values) != 1 {
		t.Errorf("one that is used is deleted: %d", status)
	}
	s.secrets.used = false
	if status, _, _ := s.call(t, "DELETE", "f1/edit/secrets/sec_1", ""); status != 204 || len(s.secrets.values) != 0 {
		t.Errorf("deleting answers %d", status)
	}
}

func TestSecretsRefused(t *testing.T) {
	s := open(t, example())
	for name, tt := range map[string]struct {
		method, path, body string
		status             int
	}{
		"no flow":         {"POST", "nothing/edit/secrets", `{"value":"x"}`, 404},
		"nothing":         {"POST", "f1/edit/secrets", `{}`, 422},
		"no text":         {"POST", "f1/edit/secrets", `{"value":7}`, 422},
		"no JSON":         {"POST", "f1/edit/secrets", `{"value":"pa55`, 422},
		"too much":        {"POST", "f1/edit/secrets", `{"value":"` + strings.Repeat("x", 7*secret.MaxValue) + `"}`, 422},
		"unknown":         {"PUT", "f1/edit/secrets/sec_9", `{"value":"x"}`, 404},
		"unknown as well": {"DELETE", "f1/edit/secrets/sec_9", "", 404},
	} {
		status, _, body := s.call(t, tt.method, tt.path, tt.body)
		if status != tt.status || strings.Contains(body, "pa55") {
			t.Errorf("%s: %d %.200s", name, status, body)
		}
	}
}
