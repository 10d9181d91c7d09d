import torch

from manual import manual_gradients
from model import SkipNet, mse


def run(seed, h):
    torch.manual_seed(seed)
    net = SkipNet(h)
    x = torch.randn(1, 1, requires_grad=True)
    y = torch.randn(1, 1)
    loss = mse(net(x), y)
    loss.backward()

    manual = manual_gradients(net, y)
    auto = (net.b2.grad, net.W2.grad, net.W1.grad, net.b1.grad, x.grad)
    return [(m - a).abs().max().item() for m, a in zip(manual, auto)]


if __name__ == "__main__":
    print("seed   h  " + "".join(f"{n:>11}" for n in ("db2", "dW2", "dW1", "db1", "dx")))
    for seed in range(3):
        for h in (4, 32):
            print(f"{seed:4d} {h:3d}  " + "".join(f"{d:11.2e}" for d in run(seed, h)))
