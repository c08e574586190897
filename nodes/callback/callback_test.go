package callback_test

import (
	"testing"

	"foyer/nodes/callback"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, callback.Kind{}) }
