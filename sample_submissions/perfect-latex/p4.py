"""Problem 4(d): hand-derived gradients of a ReLU network with an input-to-output skip.

Run:  python p4.py
"""

import torch
from torch import nn

torch.set_default_dtype(torch.float64)


class SkipMLP(nn.Module):
    """y_hat = W2 relu(W1 x + b1) + b2 + x   for a scalar x."""

    def __init__(self, hidden):
        super().__init__()
        self.W1 = nn.Parameter(torch.randn(hidden, 1))
        self.b1 = nn.Parameter(torch.randn(hidden))
        self.W2 = nn.Parameter(torch.randn(1, hidden))
        self.b2 = nn.Parameter(torch.randn(1))

    def forward(self, x):
        z1 = self.W1.squeeze(1) * x + self.b1
        a1 = torch.relu(z1)
        return self.W2 @ a1 + self.b2 + x

    def loss(self, x, y):
        return 0.5 * (self.forward(x) - y).pow(2).sum()

    @torch.no_grad()
    def gradients_by_hand(self, x, y):
        # forward pass once more, keeping what the backward pass needs
        z1 = self.W1.squeeze(1) * x + self.b1
        a1 = z1.clamp(min=0)
        error = self.W2 @ a1 + self.b2 + x - y
        # delta = dL/dz1
        delta = error * self.W2.squeeze(0) * (z1 > 0)
        return {
            "b2": error,
            "W2": (error * a1).unsqueeze(0),
            "W1": (delta * x).unsqueeze(1),
            "b1": delta,
            "x": error + (delta * self.W1.squeeze(1)).sum(),
        }


def main():
    torch.manual_seed(6923)
    for trial in range(4):
        model = SkipMLP(hidden=6)
        x = torch.randn(1, requires_grad=True)
        y = torch.randn(1)

        wanted = {"b2": model.b2, "W2": model.W2, "W1": model.W1, "b1": model.b1, "x": x}
        auto = dict(zip(wanted, torch.autograd.grad(model.loss(x, y), list(wanted.values()))))
        hand = model.gradients_by_hand(x, y)

        print(f"trial {trial}: x = {x.item():+.4f}, y = {y.item():+.4f}")
        for name in wanted:
            gap = (auto[name] - hand[name].reshape(auto[name].shape)).abs().max().item()
            print(f"   dL/d{name:<3} largest gap {gap:.1e}")
            assert gap < 1e-12


if __name__ == "__main__":
    main()
