import torch
from model import ResidualMLP
from gradients import analytical_gradients, autograd_gradients


def main():
    torch.manual_seed(17)
    net = ResidualMLP(h=10)
    x, y = torch.randn(1, 1), torch.randn(1, 1)
    a = analytical_gradients(net, x, y)
    b = autograd_gradients(net, x, y)
    for key in a:
        err = torch.max(torch.abs(a[key] - b[key])).item()
        print(f"{key:2s}  err={err:.2e}  {'OK' if err < 1e-5 else 'NOT OK'}")


if __name__ == "__main__":
    main()
