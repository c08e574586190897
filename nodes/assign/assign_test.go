package assign_test

import (
	"testing"

	"foyer/nodes/assign"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, assign.Kind{}) }
