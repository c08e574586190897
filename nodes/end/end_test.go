package end_test

import (
	"testing"

	"foyer/nodes/end"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, end.Kind{}) }
