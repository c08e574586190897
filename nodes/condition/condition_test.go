package condition_test

import (
	"testing"

	"foyer/nodes/condition"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, condition.Kind{}) }
