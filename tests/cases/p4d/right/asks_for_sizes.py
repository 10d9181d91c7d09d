import torch

print("HW2 4(d) gradient check (press Enter for the defaults)")
h = int(input("hidden units [5]: ") or 5)
seed = int(input("seed [0]: ") or 0)
xv = float(input("x [0.5]: ") or 0.5)
yv = float(input("y [1.0]: ") or 1.0)

torch.manual_seed(seed)
x = torch.tensor(xv, requires_grad=True)
y = torch.tensor(yv)
W1 = torch.randn(h, requires_grad=True)      # stored flat
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(h, requires_grad=True)
b2 = torch.randn(1, requires_grad=True)

z1 = W1 * x + b1
a1 = torch.nn.functional.relu(z1)
y_hat = (W2 * a1).sum() + b2 + x
loss = (y_hat - y).pow(2).mul(0.5).squeeze()
loss.backward()

e = (y_hat - y).detach()
on = (a1 > 0).detach()          # a1 > 0 exactly when z1 > 0
grads = {
    "W1": e * W2.detach() * on * xv,
    "b1": e * W2.detach() * on,
    "W2": e * a1.detach(),
    "b2": e,
    "x": e + e * (W1 * W2).detach()[on].sum(),
}
for name, var in zip(["W1", "b1", "W2", "b2", "x"], [W1, b1, W2, b2, x]):
    print(name, "autograd:", var.grad, "analytical:", grads[name], "diff:", (var.grad - grads[name]).abs().max().item())
