package collect_test

import (
	"testing"

	"foyer/nodes/collect"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, collect.Kind{}) }
