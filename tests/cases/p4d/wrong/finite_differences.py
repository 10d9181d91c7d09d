"""Analytical gradient check for the skip connection network (float64)."""
import torch

torch.set_default_dtype(torch.float64)


class SkipMLP(torch.nn.Module):
    def __init__(self, h):
        super().__init__()
        self.W1 = torch.nn.Parameter(torch.randn(h, 1))
        self.b1 = torch.nn.Parameter(torch.randn(h))
        self.W2 = torch.nn.Parameter(torch.randn(1, h))
        self.b2 = torch.nn.Parameter(torch.randn(1))

    def forward(self, x):
        return (self.W2 @ torch.relu(self.W1 @ x + self.b1)) + self.b2 + x


def loss_value(model, x, y):
    return 0.5 * ((model(x) - y) ** 2).sum()


@torch.no_grad()
def analytical_gradient(model, tensor, x, y, eps=1e-6):
    """dL/dt = lim (L(t+eps) - L(t-eps)) / (2 eps), straight from the definition of the derivative"""
    g = torch.zeros_like(tensor)
    flat, gflat = tensor.view(-1), g.view(-1)
    for i in range(flat.numel()):
        old = flat[i].item()
        flat[i] = old + eps
        up = loss_value(model, x, y)
        flat[i] = old - eps
        down = loss_value(model, x, y)
        flat[i] = old
        gflat[i] = (up - down) / (2 * eps)
    return g


if __name__ == "__main__":
    torch.manual_seed(12)
    model = SkipMLP(7)
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)
    loss_value(model, x, y).backward()
    everything = dict(model.named_parameters(), x=x)
    for name, t in everything.items():
        a = analytical_gradient(model, t, x, y)
        print(name.ljust(4), "analytical", [round(v, 6) for v in a.flatten().tolist()])
        print(" " * 4, "autograd  ", [round(v, 6) for v in t.grad.flatten().tolist()])
        assert torch.allclose(a, t.grad, rtol=1e-5, atol=1e-7)
    print("All gradients verified.")
