"""4d - residual unit. The skip connection adds the input to the activations of the hidden layer."""
import torch
from dataclasses import dataclass


@dataclass
class Tape:
    x: torch.Tensor
    z1: torch.Tensor
    h1: torch.Tensor
    y_hat: torch.Tensor


class ResidualUnit:
    def __init__(self, width):
        self.W1 = torch.randn(width, 1, requires_grad=True)
        self.b1 = torch.randn(width, 1, requires_grad=True)
        self.W2 = torch.randn(1, width, requires_grad=True)
        self.b2 = torch.randn(1, 1, requires_grad=True)

    def forward(self, x):
        z1 = self.W1 @ x + self.b1
        h1 = torch.relu(z1) + x                 # skip connection (broadcast over hidden units)
        return Tape(x, z1, h1, self.W2 @ h1 + self.b2)

    def backward(self, tape, y):
        e = tape.y_hat - y
        dh1 = self.W2.T @ e
        dz1 = torch.where(tape.z1 > 0, dh1, 0 * dh1)
        return {'W1': dz1 @ tape.x.T, 'b1': dz1, 'W2': e @ tape.h1.T, 'b2': e,
                'x': self.W1.T @ dz1 + dh1.sum()}


torch.manual_seed(404)
unit = ResidualUnit(4)
x = torch.tensor([[0.9]], requires_grad=True)
y = torch.tensor([[-0.3]])

tape = unit.forward(x)
loss = (tape.y_hat - y).square().sum() / 2
auto = dict(zip(['W1', 'b1', 'W2', 'b2', 'x'], torch.autograd.grad(loss, [unit.W1, unit.b1, unit.W2, unit.b2, x], retain_graph=True)))
with torch.no_grad():
    manual = unit.backward(tape, y)
for k in auto:
    print(f'{k}: max error {torch.max(torch.abs(auto[k] - manual[k])):.2e}')
# the gradients agree; skip term in dx is sum(W2) e
