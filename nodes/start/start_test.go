package start_test

import (
	"testing"

	"foyer/nodes/nodestest"
	"foyer/nodes/start"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, start.Kind{}) }
