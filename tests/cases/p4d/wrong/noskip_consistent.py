# CS-GY 6923  HW2  Problem 4(d)
import torch

torch.manual_seed(42)

h = 3

x = torch.tensor([[1.7]], requires_grad=True)
y = torch.tensor([[0.4]])

W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

# forward
z = W1 @ x + b1
a = torch.relu(z)
yhat = W2 @ a + b2
loss = 0.5 * (yhat - y) ** 2
loss.backward()

# by hand
err = (yhat - y).detach()
mask = (z > 0).float()
gb2 = err
gW2 = err @ a.detach().T
dz = (W2.detach().T @ err) * mask
gW1 = dz @ x.detach().T
gb1 = dz
gx = W1.detach().T @ dz

print("b2:", b2.grad, gb2)
print("W2:", W2.grad, gW2)
print("W1:", W1.grad, gW1)
print("b1:", b1.grad, gb1)
print("x :", x.grad, gx)
for p, q in [(b2.grad, gb2), (W2.grad, gW2), (W1.grad, gW1), (b1.grad, gb1), (x.grad, gx)]:
    print(torch.allclose(p, q))
