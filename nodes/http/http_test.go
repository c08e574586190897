package http_test

import (
	"testing"

	"foyer/nodes/http"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, http.Kind{}) }
