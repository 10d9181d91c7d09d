import torch
import torch.nn as nn


class ResidualMLP(nn.Module):
    """1 -> h -> 1 ReLU network with a skip connection from input to output."""

    def __init__(self, h: int):
        super().__init__()
        self.hidden = nn.Linear(1, h)
        self.output = nn.Linear(h, 1)
        nn.init.normal_(self.hidden.weight)
        nn.init.normal_(self.hidden.bias)
        nn.init.normal_(self.output.weight)
        nn.init.normal_(self.output.bias)

    def forward(self, x):
        z1 = self.hidden(x)
        a1 = torch.relu(z1)
        y_hat = self.output(a1) + x
        return y_hat, (z1, a1)
