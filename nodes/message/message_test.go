package message_test

import (
	"testing"

	"foyer/nodes/message"
	"foyer/nodes/nodestest"
)

func TestFixtures(t *testing.T) { nodestest.Play(t, message.Kind{}) }
