// Why: the nearest served engine-api (v0.4.0) has a NodeRemove without options, so the
// release's own file does not compile against it. Here `docker node rm` sends the same
// request, but has no --force.

package node

import (
	"context"
	"fmt"

	"github.com/docker/docker/api/client"
	"github.com/docker/docker/cli"
	"github.com/spf13/cobra"
)

func newRemoveCommand(dockerCli *client.DockerCli) *cobra.Command {
	remove := func(_ *cobra.Command, nodes []string) error {
		for _, id := range nodes {
			if err := dockerCli.Client().NodeRemove(context.Background(), id); err != nil {
				return err
			}
			fmt.Fprintln(dockerCli.Out(), id)
		}
		return nil
	}
	return &cobra.Command{
		Use:     "rm [OPTIONS] NODE [NODE...]",
		Aliases: []string{"remove"},
		Short:   "Remove one or more nodes from the swarm",
		Args:    cli.RequiresMinArgs(1),
		RunE:    remove,
	}
}
