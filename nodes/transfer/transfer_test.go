package transfer_test

import (
	"testing"

	"foyer/nodes/nodestest"
	"foyer/nodes/transfer"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, transfer.Kind{}) }
