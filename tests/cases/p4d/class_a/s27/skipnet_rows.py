import torch

# I use the row convention (like nn.Linear inputs):  x: 1x1, W1: 1xh, W2: hx1

def f(x, W1, b1, W2, b2):
	Z = x @ W1 + b1
	A = Z * (Z > 0)
	return A @ W2 + b2 + x, Z, A

torch.manual_seed(77)
h = 5
x, y = torch.rand(1, 1)*4 - 2, torch.rand(1, 1)*4 - 2
W1 = torch.rand(1, h) - .5
b1 = torch.rand(1, h) - .5
W2 = torch.rand(h, 1) - .5
b2 = torch.rand(1, 1) - .5

everything = [x, W1, b1, W2, b2]
for t in everything: t.requires_grad_()

out, Z, A = f(*everything)
loss = torch.sum((out - y)**2)/2
loss.backward()

def grads_by_hand():
	D = (out - y).data
	dW2 = A.data.T @ D
	db2 = D
	DZ = (D @ W2.data.T).where(Z.data > 0, torch.tensor(0.))
	dW1 = x.data.T @ DZ
	db1 = DZ
	dx = DZ @ W1.data.T + D
	return dx, dW1, db1, dW2, db2

ok = [torch.allclose(t.grad, g, atol=1e-7) for t, g in zip(everything, grads_by_hand())]
print(dict(zip(["x", "W1", "b1", "W2", "b2"], ok)))
print("all gradients verified" if all(ok) else "something is wrong!!")
