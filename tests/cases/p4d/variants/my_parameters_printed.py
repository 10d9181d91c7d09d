import torch

torch.manual_seed(8)
h = 4
mine = {k: torch.randn(s) for k, s in (("W1", h), ("b1", h), ("W2", h), ("b2", 1), ("x", 1))}
theirs = {k: v.clone().requires_grad_() for k, v in mine.items()}
y = torch.randn(1)


def pred(p):
    return (p["W2"] * torch.relu(p["W1"] * p["x"] + p["b1"])).sum() + p["b2"] + p["x"]


((pred(theirs) - y) ** 2).backward()
r = 2 * (pred(mine) - y)
on = (mine["W1"] * mine["x"] + mine["b1"] > 0).float()
print("W1", r * mine["W2"] * on * mine["x"], "|", theirs["W1"].grad)
print("b1", r * mine["W2"] * on, "|", theirs["b1"].grad)
print("W2", r * torch.relu(mine["W1"] * mine["x"] + mine["b1"]), "|", theirs["W2"].grad)
print("b2", r, "|", theirs["b2"].grad)
print("x", r * (1 + (mine["W2"] * on * mine["W1"]).sum()), "|", theirs["x"].grad)
