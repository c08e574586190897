package hours_test

import (
	"testing"

	"foyer/nodes/hours"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, hours.Kind{}) }
