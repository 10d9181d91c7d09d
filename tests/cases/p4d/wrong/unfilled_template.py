"""
CS-GY 6923 HW2 Problem 4(d)

TODO:
  1. implement the forward pass
  2. implement the manual gradients of 4(b)
  3. compare with autograd
"""
import torch
import torch.nn as nn


class SkipMLP(nn.Module):
    def __init__(self, h):
        super().__init__()
        # your code here
        raise NotImplementedError

    def forward(self, x):
        # your code here
        raise NotImplementedError


def compute_loss(y_hat, y):
    # your code here
    raise NotImplementedError


def manual_gradients(model, x, y):
    """should return dL/dW1, dL/db1, dL/dW2, dL/db2, dL/dx"""
    # your code here
    raise NotImplementedError


def compare(manual, auto):
    # your code here
    raise NotImplementedError


if __name__ == "__main__":
    torch.manual_seed(0)
    model = SkipMLP(5)
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)
    loss = compute_loss(model(x), y)
    loss.backward()
    compare(manual_gradients(model, x, y), None)
