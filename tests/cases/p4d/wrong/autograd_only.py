import argparse
import torch
from torch import nn


class SkipNet(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(1, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, x):
        return x + self.body(x)


def parse():
    ap = argparse.ArgumentParser(description="HW2 4d")
    ap.add_argument("--width", type=int, default=32)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--x", type=float, default=0.37)
    ap.add_argument("--y", type=float, default=-1.2)
    return ap.parse_args()


def main():
    args = parse()
    torch.manual_seed(args.seed)
    net = SkipNet(args.width)
    x = torch.tensor([[args.x]], requires_grad=True)
    y = torch.tensor([[args.y]])
    loss = nn.MSELoss()(net(x), y)
    loss.backward()
    print("loss", loss.item())
    for name, p in net.named_parameters():
        print(f"{name:16s} grad norm {p.grad.norm():.6f}")
    print(f"{'input':16s} grad      {x.grad.item():.6f}")


if __name__ == "__main__":
    main()
