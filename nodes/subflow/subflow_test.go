package subflow_test

import (
	"testing"

	"foyer/nodes/nodestest"
	"foyer/nodes/subflow"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, subflow.Kind{}) }
