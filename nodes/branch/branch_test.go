package branch_test

import (
	"testing"

	"foyer/nodes/branch"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, branch.Kind{}) }
