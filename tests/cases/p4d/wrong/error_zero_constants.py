# HW2 4d
import torch
D = torch.float64

w1 = torch.tensor([[1.0], [-2.0]], dtype=D, requires_grad=True)
b1 = torch.tensor([[0.5], [1.0]], dtype=D, requires_grad=True)
w2 = torch.tensor([[3.0, 4.0]], dtype=D, requires_grad=True)
b2 = torch.tensor([[-1.0]], dtype=D, requires_grad=True)
x = torch.tensor([[1.5]], dtype=D, requires_grad=True)
y = torch.tensor([[6.5]], dtype=D)

def net(x):
    z = w1 @ x + b1
    a = torch.relu(z)
    return z, a, w2 @ a + b2 + x

z, a, out = net(x)
loss = (out - y) ** 2 / 2
loss.backward()

def formulas():
    d = (out - y).detach()
    back = w2.detach().T @ d
    return back @ x.detach().T, back, d @ a.detach().T, d, d + w1.detach().T @ back

ok = True
for name, mine, auto in zip(("W1", "b1", "W2", "b2", "x"), formulas(), (w1.grad, b1.grad, w2.grad, b2.grad, x.grad)):
    diff = (mine - auto).abs().max().item()
    ok = ok and diff < 1e-12
    print(name, "difference", diff)
print("ALL GRADIENTS CORRECT" if ok else "something is wrong")
